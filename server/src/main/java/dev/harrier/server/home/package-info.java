/**
 * The folder that a server keeps everything in, and what lies directly in it: lock, version,
 * clients' configuration.
 *
 * <p>The commands open it first and the wiring takes each part's folder from it. It must never look
 * into the folders of other parts.
 */
@NullMarked
package dev.harrier.server.home;

import org.jspecify.annotations.NullMarked;
