package io.weft.vxlan.kernel;

import io.weft.vxlan.netns.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;

class LinuxKernelTest extends KernelContractTest {
  private final NetworkNamespace here = Namespaces.create();
  private final NetworkNamespace there = Namespaces.create();
  private final Kernel kernel = LinuxKernel.open(here);
  private final Kernel other = LinuxKernel.open(there);

  @Override
  Kernel kernel() {
    return kernel;
  }

  @Override
  Kernel other() {
    return other;
  }

  @Override
  int otherFd() {
    return there.fd();
  }

  @AfterEach
  void close() {
    kernel.close();
    other.close();
    here.close();
    there.close();
  }
}
