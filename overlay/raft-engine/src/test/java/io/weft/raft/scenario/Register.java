package io.weft.raft.scenario;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import io.weft.raft.EntryCodec;
import java.util.Collection;
import java.util.List;

/** A state machine of one value: a command sets it, a query reads it. */
@SuppressWarnings("rawtypes") // as Atomix declares it
final class Register implements PrimitiveService, PrimitiveType, PrimitiveTypeRegistry {
  private byte[] value = new byte[0];

  @Override
  public byte[] apply(Commit<byte[]> commit) {
    if (commit.operation().equals(TestCodec.SET)) {
      value = commit.value();
    }
    return value;
  }

  @Override
  public String name() {
    return "register";
  }

  @Override
  public EntryCodec namespace() {
    return new TestCodec();
  }

  @Override
  public PrimitiveService newService(ServiceConfig config) {
    return this;
  }

  @Override
  public Serializer serializer() {
    return Serializer.using(new TestCodec());
  }

  @Override
  public Collection<PrimitiveType> getPrimitiveTypes() {
    return List.of(this);
  }

  @Override
  public PrimitiveType getPrimitiveType(String typeName) {
    return this;
  }

  @Override
  public PrimitiveConfig newConfig() {
    throw new IllegalStateException("no client here");
  }

  @Override
  public PrimitiveBuilder newBuilder(
      String primitiveName, PrimitiveConfig config, PrimitiveManagementService management) {
    throw new IllegalStateException("no client here");
  }

  @Override
  public void backup(BackupOutput output) {}

  @Override
  public void restore(BackupInput input) {}

  @Override
  public void init(ServiceContext context) {}

  @Override
  public void tick(WallClockTimestamp timestamp) {}

  @Override
  public void register(Session session) {}

  @Override
  public void expire(SessionId sessionId) {}

  @Override
  public void close(SessionId sessionId) {}
}
