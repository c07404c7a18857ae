package io.weft.vxlan.kernel;

/**
 * Makes VXLAN devices for the reconciler. In the clear and kernel drivers they are made where they
 * are used; in the user driver in a private namespace, and then moved, so that their UDP sockets
 * stay behind (INV-SEC-1).
 */
@FunctionalInterface
public interface VxlanFactory {

  /** Makes them in the host's namespace itself. */
  VxlanFactory IN_PLACE = Kernel::createVxlan;

  /**
   * Makes the device so that it stands in the host's namespace, down, with exactly the settings of
   * {@code spec}: a device that differs would be made anew at the next reconcile.
   *
   * @throws KernelException when it is refused
   */
  void create(Kernel host, VxlanSpec spec);
}
