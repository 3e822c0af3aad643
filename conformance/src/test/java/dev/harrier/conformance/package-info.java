/**
 * The real clients, pyflyte, FlyteRemote, flytectl and plain HTTP, against a real server that runs
 * as a program of its own.
 *
 * <p>The build runs these tests; nobody else calls this package. A test must never touch a class of
 * the server: what it cannot see through a client, a file or a process, a user cannot either.
 */
@NullMarked
package dev.harrier.conformance;

import org.jspecify.annotations.NullMarked;
