/**
 * Names, folders and files of this runtime: what they are called, whose they are, and ways to make,
 * read and delete them that follow no link. All rooms of the runtime call it; servers take from it
 * whom tasks run as. It must never know what a folder is for.
 */
@NullMarked
package dev.harrier.runtime.process.folder;

import org.jspecify.annotations.NullMarked;
