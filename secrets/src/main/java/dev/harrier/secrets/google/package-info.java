/** Google Cloud's Secret Manager, by its REST interface. Made by {@code server}. It only reads. */
@NullMarked
package dev.harrier.secrets.google;

import org.jspecify.annotations.NullMarked;
