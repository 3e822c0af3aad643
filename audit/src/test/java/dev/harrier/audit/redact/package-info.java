@NullMarked
package dev.harrier.audit.redact;

import org.jspecify.annotations.NullMarked;
