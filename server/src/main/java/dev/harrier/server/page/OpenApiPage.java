package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.server.port.Page;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The description of the API at {@code /api/v1/openapi}, for known callers. */
public final class OpenApiPage implements Page {
  private final HttpCallers callers;
  private final Supplier<String> document;
  private volatile @Nullable String made;

  /**
   * @param document made when first asked for: most servers never are
   */
  public OpenApiPage(HttpCallers callers, Supplier<String> document) {
    this.callers = requireNonNull(callers, "callers");
    this.document = requireNonNull(document, "document");
  }

  @Override
  public void mount(ServerBuilder server) {
    server.service(
        "exact:/api/v1/openapi", KnownService.showing(callers, (context, caller) -> shown()));
  }

  private HttpResponse shown() {
    var text = made;
    if (text == null) {
      text = document.get();
      made = text;
    }
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON, text);
  }
}
