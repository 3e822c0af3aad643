package dev.harrier.server.rpc;

import flyteidl.cacheservice.CacheServiceGrpc.CacheServiceImplBase;
import flyteidl.service.AgentMetadataServiceGrpc.AgentMetadataServiceImplBase;
import flyteidl.service.AsyncAgentServiceGrpc.AsyncAgentServiceImplBase;
import flyteidl.service.ExternalPluginServiceGrpc.ExternalPluginServiceImplBase;
import flyteidl.service.SyncAgentServiceGrpc.SyncAgentServiceImplBase;
import io.grpc.BindableService;
import java.util.List;

/**
 * The services of Flyte's protocol that no part of Harrier serves. They stand behind the gate all
 * the same: it asks nobody-in-particular to log in, and tells the others why not, as it does for
 * every other call.
 */
public final class UnservedRpcs {
  private UnservedRpcs() {}

  /** All of them. */
  public static List<BindableService> all() {
    return List.of(
        new SyncAgentServiceImplBase() {},
        new AsyncAgentServiceImplBase() {},
        new AgentMetadataServiceImplBase() {},
        new ExternalPluginServiceImplBase() {},
        new CacheServiceImplBase() {});
  }
}
