@NullMarked
package dev.harrier.audit.chain;

import org.jspecify.annotations.NullMarked;
