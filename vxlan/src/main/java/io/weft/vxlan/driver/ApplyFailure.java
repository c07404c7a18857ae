package io.weft.vxlan.driver;

import org.jspecify.annotations.Nullable;

/**
 * Something that could not be brought to the desired state.
 *
 * @param device the device that it is about; null when it is about the tunnels to peers
 * @param text one line for people
 */
public record ApplyFailure(@Nullable String device, String text) {
  @Override
  public String toString() {
    return text;
  }
}
