package io.weft.overlay.agent;

import org.jspecify.annotations.Nullable;

/**
 * Something of a plan that the data plane could not do.
 *
 * @param device the device that it is about; null when it is about the plan as a whole
 * @param text one line for people
 */
public record PlanFailure(@Nullable String device, String text) {}
