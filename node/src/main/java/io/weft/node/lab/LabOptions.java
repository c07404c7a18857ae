package io.weft.node.lab;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;

/**
 * What lab to build.
 *
 * @param name tells labs beside each other apart
 * @param hosts 1..{@value LabNetwork#MAX_HOSTS}
 * @param driver "auto", "kernel", "user" or "clear"
 * @param underlayMtu bytes
 */
public record LabOptions(String name, int hosts, String driver, int underlayMtu) {
  /** Checks the ranges. */
  public LabOptions {
    if (hosts < 1 || hosts > LabNetwork.MAX_HOSTS) {
      throw new ApiException(
          ErrorKind.USAGE, "a lab has 1 to " + LabNetwork.MAX_HOSTS + " hosts, not " + hosts);
    }
    if (underlayMtu < LabNetwork.MIN_MTU || underlayMtu > LabNetwork.MAX_MTU) {
      throw new ApiException(
          ErrorKind.USAGE,
          "the underlay's MTU is "
              + LabNetwork.MIN_MTU
              + " to "
              + LabNetwork.MAX_MTU
              + " bytes, not "
              + underlayMtu);
    }
  }
}
