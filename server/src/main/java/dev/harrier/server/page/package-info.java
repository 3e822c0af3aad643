/**
 * What the API's port serves beside the RPCs: login endpoints, liveness, the API's description,
 * logs of attempts.
 *
 * <p>The wiring mounts each page. A page must never answer before it knows its caller, unless it is
 * on the closed list of those that nobody-in-particular may ask.
 */
@NullMarked
package dev.harrier.server.page;

import org.jspecify.annotations.NullMarked;
