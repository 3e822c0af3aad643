package dev.harrier.conformance.access;

import static dev.harrier.conformance.access.Submitted.denied;
import static dev.harrier.conformance.access.Submitted.done;
import static dev.harrier.conformance.access.Submitted.overridden;
import static dev.harrier.conformance.access.Submitted.pod;

import dev.harrier.conformance.access.AccessWorld.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pods that a task or a node's override brings along (F5). */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class PodGuardsTest {
  private static final String IDENTITY = "lacks the permission execution:assume_identity";
  private static final String SECRET = "lacks the permission secret:use";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{hostNetwork: true}",
        "{hostPID: true}",
        "{hostIPC: true}",
        "{HOSTNETWORK: true}",
        "{hostNetwork: false, hostnetwork: true}",
        "{volumes: [{name: a, hostPath: {path: '/'}}]}",
        "{volumes: [{name: a, nfs: {server: a, path: '/'}}]}",
        "{securityContext: {runAsUser: 0}}",
        "{securityContext: {runAsNonRoot: false}}",
        "{securityContext: {seccompProfile: {type: Unconfined}}}",
        "{securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}}",
        "{securityContext: {windowsOptions: {hostProcess: true}}}",
        "{securityContext: {seLinuxOptions: {user: root}}}",
        "{containers: [{name: a, securityContext: {privileged: true}}]}",
        "{containers: [{name: a, securityContext: {allowPrivilegeEscalation: true}}]}",
        "{containers: [{name: a, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}",
        "{containers: [{name: a, securityContext: {procMount: Unmasked}}]}",
        "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80}]}]}",
        "{initContainers: [{name: a, securityContext: {privileged: true}}]}",
        "{ephemeralContainers: [{name: a, securityContext: {runAsUser: 0}}]}"
      })
  void f5_a_pod_beyond_the_restricted_standard_needs_an_administrator(String pod, World world) {
    denied("goes beyond the restricted standard", pod(world, "project-admin", pod));
    denied("goes beyond the restricted standard", overridden(world, "project-admin", pod));
    done(pod(world, "root", pod));
  }

  @Test
  void f5_a_pod_that_names_an_identity_a_secret_or_a_machine_needs_what_these_need(World world) {
    denied(IDENTITY, pod(world, "contributor", "{serviceAccountName: root}"));
    denied(IDENTITY, pod(world, "contributor", "{automountServiceAccountToken: true}"));
    denied(SECRET, pod(world, "starter", "{volumes: [{name: a, secret: {secretName: a}}]}"));
    denied(
        SECRET,
        pod(
            world,
            "starter",
            "{containers: [{name: a, env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]}]}"));
    denied(
        SECRET,
        pod(world, "starter", "{containers: [{name: a, envFrom: [{secretRef: {name: a}}]}]}"));
    denied("lacks the permission execution:place", pod(world, "contributor", "{nodeName: n1}"));
    done(
        pod(
            world,
            "contributor",
            """
            {volumes: [{name: a, emptyDir: {}}], securityContext: {runAsNonRoot: true, runAsUser: 1000},
             containers: [{name: a, securityContext: {allowPrivilegeEscalation: false,
               capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}}]}
            """));
  }
}
