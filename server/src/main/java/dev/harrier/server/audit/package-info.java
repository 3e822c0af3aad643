/**
 * Makes a record of every request on every port, and lets nothing be changed that cannot be
 * recorded. Called by the ports, which every request passes, and by the interceptors of RPCs. Must
 * never read a page's path or query: they may be secrets.
 */
@NullMarked
package dev.harrier.server.audit;

import org.jspecify.annotations.NullMarked;
