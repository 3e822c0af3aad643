@NullMarked
package dev.harrier.audit.sink;

import org.jspecify.annotations.NullMarked;
