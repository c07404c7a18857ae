package io.weft.vxlan.kernel;

import io.weft.vxlan.testing.ModelKernel;

class ModelKernelTest extends KernelContractTest {
  private final ModelKernel other = new ModelKernel();
  private final ModelKernel kernel = new ModelKernel();

  @Override
  Kernel kernel() {
    kernel.makeKnown(5, other);
    return kernel;
  }

  @Override
  Kernel other() {
    return other;
  }

  @Override
  int otherFd() {
    return 5;
  }
}
