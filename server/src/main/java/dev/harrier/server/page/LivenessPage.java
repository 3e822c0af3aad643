package dev.harrier.server.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.server.port.Page;

/** Says that somebody is there, and nothing else. */
public final class LivenessPage implements Page {
  @Override
  public void mount(ServerBuilder server) {
    server.service(
        "exact:/healthcheck",
        (context, request) ->
            HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, HttpData.empty()));
  }
}
