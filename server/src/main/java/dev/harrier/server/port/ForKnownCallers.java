package dev.harrier.server.port;

import com.linecorp.armeria.server.HttpService;

/**
 * A page's service for known callers alone. It finds its caller in the headers and ends the request
 * of anybody else there, before it reads a body: so nobody else can hold its room.
 */
public interface ForKnownCallers extends HttpService {}
