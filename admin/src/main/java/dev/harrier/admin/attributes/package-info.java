/**
 * Settings that Flyte lets an administrator attach to a project, a domain or a workflow.
 *
 * <p>The API's adapters call it. It must never accept a setting that nothing acts on.
 */
@NullMarked
package dev.harrier.admin.attributes;

import org.jspecify.annotations.NullMarked;
