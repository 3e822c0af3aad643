/**
 * Projects and domains: registering, changing and listing them, and the check that something may be
 * made in one.
 *
 * <p>The API's adapters call it, and every use case that makes something in a project asks {@link
 * dev.harrier.admin.project.ProjectCheck}. It must never look at what is in a project.
 */
@NullMarked
package dev.harrier.admin.project;

import org.jspecify.annotations.NullMarked;
