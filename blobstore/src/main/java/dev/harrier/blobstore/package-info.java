/**
 * The folder that keeps inputs, outputs, code and decks, and the signed URLs under which clients
 * read and write single files of it.
 *
 * <p>Wiring opens the store and binds its HTTP service; all others see {@code spi.BlobStore}. It
 * must never touch the database, decide who may, or follow a symbolic link below its root.
 */
@NullMarked
package dev.harrier.blobstore;

import org.jspecify.annotations.NullMarked;
