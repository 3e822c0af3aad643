/**
 * The interpreters that tasks run with, and the scripts of the worker parent, its keepers and
 * workers, which lie beside these classes and are unpacked from here. The runtime calls it when it
 * opens and when an image asks for another interpreter. It must never talk to what it started.
 */
@NullMarked
package dev.harrier.runtime.process.python;

import org.jspecify.annotations.NullMarked;
