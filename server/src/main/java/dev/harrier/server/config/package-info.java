/**
 * What an operator may set: a record for each part of the program, and the reading of a YAML file,
 * the environment and flags into them.
 *
 * <p>{@code Main} reads it and the wiring hands each part its record. It must never open anything
 * but the configuration file.
 */
@NullMarked
package dev.harrier.server.config;

import org.jspecify.annotations.NullMarked;
