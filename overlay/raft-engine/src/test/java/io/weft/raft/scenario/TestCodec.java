package io.weft.raft.scenario;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.raft.EntryCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The entries that the scenarios need, as bytes; and plain strings. */
final class TestCodec extends EntryCodec {
  static final OperationId SET = OperationId.command("set");

  @Override
  public byte[] serialize(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (object) {
        case String s -> write(out, 'S', s);
        case InitializeEntry e -> write(out, 'I', e.term(), e.timestamp());
        case OpenSessionEntry e -> {
          write(out, 'O', e.term(), e.timestamp(), e.maxTimeout());
          out.writeUTF(e.memberId());
          out.writeUTF(e.serviceName());
          out.writeUTF(e.serviceType());
        }
        case CommandEntry e -> {
          write(out, 'C', e.term(), e.timestamp(), e.session(), e.sequenceNumber());
          out.writeInt(e.operation().value().length);
          out.write(e.operation().value());
        }
        case Configuration c -> {
          write(out, 'M', c.index(), c.term(), c.time(), (long) c.members().size());
          write(out, c.members());
        }
        case ConfigurationEntry e -> {
          write(out, 'N', e.term(), e.timestamp(), (long) e.members().size());
          write(out, e.members());
        }
        case ServiceConfig _ -> out.writeByte('E');
        default -> throw new IllegalArgumentException(object.getClass().getName());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.readByte();
      return switch (kind) {
        case 'S' -> in.readUTF();
        case 'I' -> new InitializeEntry(in.readLong(), in.readLong());
        case 'O' -> openSession(in);
        case 'C' ->
            new CommandEntry(
                in.readLong(), in.readLong(), in.readLong(), in.readLong(), operation(in));
        case 'M' -> configuration(in);
        case 'N' -> configurationEntry(in);
        case 'E' -> new ServiceConfig();
        default -> throw new IllegalArgumentException("kind " + kind);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PrimitiveOperation set(String value) {
    return new PrimitiveOperation(SET, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static OpenSessionEntry openSession(DataInputStream in) throws IOException {
    long term = in.readLong();
    long time = in.readLong();
    long timeout = in.readLong();
    return new OpenSessionEntry(
        term,
        time,
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        new byte[] {'E'},
        ReadConsistency.LINEARIZABLE,
        0,
        timeout);
  }

  private static PrimitiveOperation operation(DataInputStream in) throws IOException {
    return new PrimitiveOperation(SET, in.readNBytes(in.readInt()));
  }

  private static Configuration configuration(DataInputStream in) throws IOException {
    long index = in.readLong();
    long term = in.readLong();
    long time = in.readLong();
    return new Configuration(index, term, time, members(in, time));
  }

  private static ConfigurationEntry configurationEntry(DataInputStream in) throws IOException {
    long term = in.readLong();
    long time = in.readLong();
    return new ConfigurationEntry(term, time, members(in, time));
  }

  private static List<RaftMember> members(DataInputStream in, long time) throws IOException {
    List<RaftMember> members = new ArrayList<>();
    for (long left = in.readLong(); left > 0; left--) {
      members.add(
          new DefaultRaftMember(
              MemberId.from(in.readUTF()),
              RaftMember.Type.valueOf(in.readUTF()),
              Instant.ofEpochMilli(time)));
    }
    return members;
  }

  private static void write(DataOutputStream out, Collection<RaftMember> members)
      throws IOException {
    for (RaftMember member : members) {
      out.writeUTF(member.memberId().id());
      out.writeUTF(member.getType().name());
    }
  }

  private static void write(DataOutputStream out, char kind, Object... values) throws IOException {
    out.writeByte(kind);
    for (Object value : values) {
      if (value instanceof Long number) {
        out.writeLong(number);
      } else {
        out.writeUTF(value.toString());
      }
    }
  }
}
