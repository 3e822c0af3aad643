package dev.harrier.audit.sink;

/** A record that a receiver refused all by itself, again and again; one thread writes. */
final class RefusedRecord {
  private static final int TIMES = 3;

  private long sequence;
  private volatile int times;
  private volatile long known;

  /**
   * It was refused once more.
   *
   * @return whether it is known from now on that this record is what is refused
   */
  boolean refused(long record) {
    times = record == sequence ? times + 1 : 1;
    sequence = record;
    if (times != TIMES) {
      return false;
    }
    known = record;
    return true;
  }

  /** The receiver took it. */
  void taken() {
    times = 0;
    known = 0;
  }

  /** Its sequence, 0 if there is none. */
  long sequence() {
    return known;
  }
}
