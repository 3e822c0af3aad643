package dev.harrier.secrets.aws;

import dev.harrier.secrets.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** AWS as moto plays it, on loopback. What it keeps is gone with it. */
public final class TestMoto implements AutoCloseable {
  /** Where everything is that it keeps. */
  public static final String REGION = "eu-central-1";

  private final Process process;
  private final URI address;

  private TestMoto(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts one; installs it at first. */
  public static TestMoto start() throws IOException {
    logIn();
    var project = Programs.project();
    var python =
        Programs.lastLine(
            List.of(
                "python3",
                project
                    .resolve(
                        "server/src/main/resources/dev/harrier/server/python/make_environment.py")
                    .toString(),
                project.resolve("secrets/src/test/python/moto/requirements.txt").toString(),
                Path.of(System.getProperty("user.home"), ".cache", "harrier").toString()));
    var process =
        new ProcessBuilder(python, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
            .redirectErrorStream(true)
            .start();
    return new TestMoto(process, listening(process));
  }

  /** Credentials of this process as AWS's programs find them; moto takes any. */
  static void logIn() {
    System.setProperty("aws.accessKeyId", "of-the-tests");
    System.setProperty("aws.secretAccessKey", "of-the-tests");
  }

  private static URI listening(Process moto) throws IOException {
    var output =
        new BufferedReader(new InputStreamReader(moto.getInputStream(), StandardCharsets.UTF_8));
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      var at = line.indexOf("http://127.0.0.1:");
      if (at >= 0) {
        // Somebody must read on, or moto would wait.
        Thread.ofVirtual().start(() -> output.lines().forEach(read -> {}));
        return URI.create(line.substring(at).strip());
      }
    }
    throw new AssertionError("moto ended before it listened");
  }

  /** Where it listens. */
  public URI address() {
    return address;
  }

  /** A client of whoever administers it. */
  public <C, B extends AwsClientBuilder<B, C>> C administrator(B builder) {
    return builder.region(Region.of(REGION)).endpointOverride(address).build();
  }

  @Override
  public void close() {
    Programs.end(process);
  }
}
