package dev.harrier.security.provider;

/** A provider did not answer, or not as it should: nobody can tell now whether its tokens hold. */
public final class ProviderUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for whoever asked; it names the provider and nothing that is secret
   */
  public ProviderUnavailableException(String sentence) {
    super(sentence);
  }

  ProviderUnavailableException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
