package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditSinkConfigTest {
  private final Path folder;

  AuditSinkConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void sinks_are_read() throws IOException {
    var sinks =
        read("{name: a, type: stdout}, {name: b, type: syslog, url: 'tls://x:6514', required: true},"
                + " {name: c, type: otlp, url: 'http://localhost:4318/v1/logs'},"
                + " {name: d, type: https, url: 'https://x/y', secretFile: /s}")
            .sinks();

    assertThat(sinks).extracting(AuditSinkConfig::name).containsExactly("a", "b", "c", "d");
    assertThat(sinks.get(1).required()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: stdout} | audit.sinks[0].name",
        "{name: ../x, type: stdout} | audit.sinks[0].name",
        "{name: a, type: stdout}, {name: a, type: stdout} | audit.sinks[1].name",
        "{name: a, type: pigeon} | type",
        "{name: a, type: stdout, url: 'https://x'} | audit.sinks[0].url",
        "{name: a, type: syslog, url: 'udp://x:514'} | tls://host:port",
        "{name: a, type: otlp, url: 'http://x/v1/logs'} | audit.sinks[0].url",
        "{name: a, type: otlp, url: 'https://user:hunter2@x/v1/logs'} | audit.sinks[0].url",
        "{name: a, type: https, url: 'https://x'} | audit.sinks[0].secretFile",
        "{name: a, type: otlp, url: 'https://x', certificateFile: /c} | audit.sinks[0].keyFile",
        "{name: a, type: syslog, url: 'tls://x', authorizationFile: /c} | authorizationFile",
      })
  void what_is_wrong_or_has_no_effect_is_explained(String sinks, String named) {
    assertThatThrownBy(() -> read(sinks))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("hunter2");
  }

  private AuditConfig read(String sinks) throws IOException {
    var file = Files.writeString(folder.resolve("c.yaml"), "audit: {sinks: [%s]}".formatted(sinks));
    return ConfigReader.read(Optional.of(file), Map.of(), Map.of()).audit();
  }
}
