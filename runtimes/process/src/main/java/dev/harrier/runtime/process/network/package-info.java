/**
 * What tasks reach by network: the operators' rules, and for a list of destinations the network of
 * its own that holds tasks to it. The runtime asks it for the network of a project and domain; what
 * it answers the parents make and the sandbox shows. It must never start a process that outlives
 * the question, nor read a rule from anywhere but the settings.
 */
@NullMarked
package dev.harrier.runtime.process.network;

import org.jspecify.annotations.NullMarked;
