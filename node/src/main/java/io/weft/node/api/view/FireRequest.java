package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * A user's event to fire.
 *
 * @param name what kind of event it is
 * @param payload what goes with it; null: nothing
 * @param encoding how the payload is written: "text" (also if null) or "base64"
 */
public record FireRequest(String name, @Nullable String payload, @Nullable String encoding) {}
