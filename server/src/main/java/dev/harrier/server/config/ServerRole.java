package dev.harrier.server.config;

/** Which part of Harrier a process is. */
public enum ServerRole {
  /** All of it. */
  ALL,
  /** The API, its database, and the internal port that propellers call. */
  ADMIN,
  /** The engine and the tasks that it runs; all else it asks of admin. */
  PROPELLER
}
