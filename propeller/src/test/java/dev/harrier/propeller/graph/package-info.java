/** What graphs are made of compiled workflows. Run by the build. Never touches the loop. */
@NullMarked
package dev.harrier.propeller.graph;

import org.jspecify.annotations.NullMarked;
