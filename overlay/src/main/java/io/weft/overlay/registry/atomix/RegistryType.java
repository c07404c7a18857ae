package io.weft.overlay.registry.atomix;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.SyncPrimitive;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.weft.raft.EntryCodec;
import java.util.Collection;
import java.util.List;

/** Tells Atomix of the one state machine that an engine runs. */
@SuppressWarnings("rawtypes") // as Atomix declares it
final class RegistryType implements PrimitiveType, PrimitiveTypeRegistry {
  static final String NAME = "weft-registry";
  static final String SERVICE = "registry";

  private final RegistryService service;

  RegistryType(RegistryService service) {
    this.service = service;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public EntryCodec namespace() {
    return new LogCodec();
  }

  @Override
  public PrimitiveService newService(ServiceConfig config) {
    return service;
  }

  @Override
  public PrimitiveConfig newConfig() {
    throw new IllegalStateException("the registry is not reached as a client of Atomix");
  }

  @Override
  public PrimitiveBuilder<?, ?, ? extends SyncPrimitive> newBuilder(
      String primitiveName, PrimitiveConfig config, PrimitiveManagementService management) {
    throw new IllegalStateException("the registry is not reached as a client of Atomix");
  }

  @Override
  public Collection<PrimitiveType> getPrimitiveTypes() {
    return List.of(this);
  }

  @Override
  public PrimitiveType getPrimitiveType(String typeName) {
    return this;
  }
}
