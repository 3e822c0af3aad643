package dev.harrier.server.audit;

import com.linecorp.armeria.server.HttpService;

/**
 * A page's service that finds its caller, reads what it is asked for, and tells {@link
 * CallTrail#about} before it does it. Its intent is recorded there, and so names both.
 */
public interface TellsWhatItIsAbout extends HttpService {}
