package io.weft.gossip.signing;

import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Items;
import io.weft.security.identity.NodeId;

class CheapSignerTest extends RecordSignerContract {
  @Override
  RecordSigner alice() {
    return new CheapSigner(aliceId());
  }

  @Override
  NodeId aliceId() {
    return Items.id(1);
  }

  @Override
  RecordSigner bob() {
    return new CheapSigner(bobId());
  }

  @Override
  NodeId bobId() {
    return Items.id(2);
  }
}
