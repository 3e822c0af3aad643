package dev.harrier.admin.task;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a pod asks for beyond the restricted standard of Kubernetes, as far as it says so itself:
 * what it leaves out is for the runtime to fill in.
 *
 * <p>Names are compared without regard to case, as some readers of pods do.
 */
final class PodStandard {
  private static final Set<String> VOLUMES =
      Set.of(
          "name",
          "configmap",
          "csi",
          "downwardapi",
          "emptydir",
          "ephemeral",
          "persistentvolumeclaim",
          "projected",
          "secret");
  private static final Set<String> SAFE_SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ping_group_range",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_rmem",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.tcp_wmem");

  private final List<String> findings = new ArrayList<>();
  private final List<String> images = new ArrayList<>();
  private boolean namesIdentity;
  private boolean namesSecret;
  private boolean namesNode;

  private PodStandard() {}

  static PodStandard of(Struct pod) {
    var standard = new PodStandard();
    standard.oneOfEachName(pod);
    standard.pod(pod);
    return standard;
  }

  /** What goes beyond, by the names of the fields. */
  List<String> findings() {
    return List.copyOf(findings);
  }

  /** The images of all containers. */
  List<String> images() {
    return List.copyOf(images);
  }

  /** Whether it names the account that it runs as. */
  boolean namesIdentity() {
    return namesIdentity;
  }

  /** Whether it takes a secret of its namespace. */
  boolean namesSecret() {
    return namesSecret;
  }

  /** Whether it names the machine that it runs on. */
  boolean namesNode() {
    return namesNode;
  }

  /** Of two names that differ by case alone it is not known which one a reader takes. */
  private void oneOfEachName(Struct struct) {
    var names = new HashSet<String>();
    struct
        .getFieldsMap()
        .forEach(
            (name, value) -> {
              if (!names.add(name.toLowerCase(Locale.ROOT))) {
                findings.add(name + " twice");
              }
              oneOfEachName(value.getStructValue());
              value.getListValue().getValuesList().stream()
                  .map(Value::getStructValue)
                  .forEach(this::oneOfEachName);
            });
  }

  private void pod(Struct pod) {
    for (var name : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (truth(pod, name)) {
        findings.add(name);
      }
    }
    namesIdentity =
        !text(pod, "serviceAccountName").isEmpty()
            || !text(pod, "serviceAccount").isEmpty()
            || truth(pod, "automountServiceAccountToken");
    namesNode = !text(pod, "nodeName").isEmpty();
    context("securityContext", struct(pod, "securityContext"));
    for (var volume : structs(pod, "volumes")) {
      volume(volume);
    }
    for (var kind : List.of("containers", "initContainers", "ephemeralContainers")) {
      for (var container : structs(pod, kind)) {
        container(kind, container);
      }
    }
  }

  private void volume(Struct volume) {
    for (var name : volume.getFieldsMap().keySet()) {
      if (!VOLUMES.contains(name.toLowerCase(Locale.ROOT))) {
        findings.add("volumes." + name);
      }
    }
    namesSecret |= field(volume, "secret").isPresent();
    for (var source : structs(struct(volume, "projected"), "sources")) {
      namesSecret |= field(source, "secret").isPresent();
      namesIdentity |= field(source, "serviceAccountToken").isPresent();
    }
  }

  private void container(String kind, Struct container) {
    images.add(text(container, "image"));
    var context = struct(container, "securityContext");
    context(kind + ".securityContext", context);
    for (var name : List.of("privileged", "allowPrivilegeEscalation")) {
      if (truth(context, name)) {
        findings.add(kind + ".securityContext." + name);
      }
    }
    for (var added : list(struct(context, "capabilities"), "add")) {
      if (!added.getStringValue().equals("NET_BIND_SERVICE")) {
        findings.add(kind + ".securityContext.capabilities.add");
      }
    }
    var mount = text(context, "procMount");
    if (!mount.isEmpty() && !mount.equals("Default")) {
      findings.add(kind + ".securityContext.procMount");
    }
    for (var port : structs(container, "ports")) {
      if (field(port, "hostPort").filter(value -> !zero(value)).isPresent()) {
        findings.add(kind + ".ports.hostPort");
      }
    }
    for (var variable : structs(container, "env")) {
      namesSecret |= field(struct(variable, "valueFrom"), "secretKeyRef").isPresent();
    }
    for (var source : structs(container, "envFrom")) {
      namesSecret |= field(source, "secretRef").isPresent();
    }
  }

  /** What a pod and a container may both say. */
  private void context(String where, Struct context) {
    if (field(context, "runAsNonRoot").filter(value -> !value.getBoolValue()).isPresent()) {
      findings.add(where + ".runAsNonRoot");
    }
    if (field(context, "runAsUser").filter(PodStandard::zero).isPresent()) {
      findings.add(where + ".runAsUser");
    }
    for (var profile : List.of("seccompProfile", "appArmorProfile")) {
      if (text(struct(context, profile), "type").equals("Unconfined")) {
        findings.add(where + "." + profile);
      }
    }
    if (field(context, "seLinuxOptions").isPresent()) {
      findings.add(where + ".seLinuxOptions");
    }
    if (truth(struct(context, "windowsOptions"), "hostProcess")) {
      findings.add(where + ".windowsOptions.hostProcess");
    }
    for (var sysctl : structs(context, "sysctls")) {
      if (!SAFE_SYSCTLS.contains(text(sysctl, "name"))) {
        findings.add(where + ".sysctls");
      }
    }
  }

  private static boolean zero(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> value.getNumberValue() == 0;
      case STRING_VALUE -> value.getStringValue().matches("[+-]?0*");
      default -> false;
    };
  }

  private static boolean truth(Struct struct, String name) {
    return field(struct, name)
        .filter(value -> value.getBoolValue() || value.getStringValue().equalsIgnoreCase("true"))
        .isPresent();
  }

  private static String text(Struct struct, String name) {
    return field(struct, name).map(Value::getStringValue).orElse("");
  }

  private static Struct struct(Struct struct, String name) {
    return field(struct, name).map(Value::getStructValue).orElse(Struct.getDefaultInstance());
  }

  private static List<Value> list(Struct struct, String name) {
    return field(struct, name).map(value -> value.getListValue().getValuesList()).orElse(List.of());
  }

  private static List<Struct> structs(Struct struct, String name) {
    return list(struct, name).stream().map(Value::getStructValue).toList();
  }

  private static Optional<Value> field(Struct struct, String name) {
    return struct.getFieldsMap().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(java.util.Map.Entry::getValue)
        .filter(value -> !value.hasNullValue())
        .findFirst();
  }
}
