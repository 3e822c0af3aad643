/**
 * Which release this is.
 *
 * <p>The API's adapters call it. It must never touch the database.
 */
@NullMarked
package dev.harrier.admin.version;

import org.jspecify.annotations.NullMarked;
