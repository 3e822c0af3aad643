package dev.harrier.server.port;

import com.linecorp.armeria.server.ServerBuilder;

/** Something beside the RPCs that the API's port serves; it says itself under which paths. */
public interface Page {

  /** Adds its paths. */
  void mount(ServerBuilder server);
}
