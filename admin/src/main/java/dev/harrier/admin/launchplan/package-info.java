/**
 * Launch plans: registering, activating, reading and listing their versions.
 *
 * <p>The API's adapters call it; registering a workflow reads the interfaces of the plans that it
 * starts here. It must never start an execution.
 */
@NullMarked
package dev.harrier.admin.launchplan;

import org.jspecify.annotations.NullMarked;
