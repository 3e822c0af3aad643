/**
 * What every section measures with: figures and their table, processor time of processes, and the
 * rate of commits that database figures stand beside. The sections call it. It must never know
 * which part of Harrier is measured.
 */
@NullMarked
package dev.harrier.bench.measure;

import org.jspecify.annotations.NullMarked;
