package io.weft.vxlan.xfrm;

import java.util.List;

/**
 * What a reconcile of IPsec did.
 *
 * @param changes how many changes were tried
 * @param failures one line for each that failed, and for each association that must be replaced
 */
public record XfrmReport(int changes, List<String> failures) {

  /** Copies the list. */
  public XfrmReport {
    failures = List.copyOf(failures);
  }
}
