/**
 * The names of tasks, workflows and launch plans across their versions, with what users say of them
 * and whether they are archived.
 *
 * <p>The API's adapters call it, and each use case that registers a version records the name here.
 * It must never touch a single version.
 */
@NullMarked
package dev.harrier.admin.namedentity;

import org.jspecify.annotations.NullMarked;
