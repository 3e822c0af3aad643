package dev.harrier.audit.chain;

/**
 * A place between two lines.
 *
 * @param fileFirst the file, by the sequence of its first record
 * @param offsetBytes in it, unpacked
 * @param sequence of the record before
 */
public record Position(long fileFirst, long offsetBytes, long sequence) {}
