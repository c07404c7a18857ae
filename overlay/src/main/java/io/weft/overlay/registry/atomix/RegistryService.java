package io.weft.overlay.registry.atomix;

import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.StateMachine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Atomix's view of our state machine: applies, saves, restores, and tells the listener. */
final class RegistryService implements PrimitiveService {
  /** First byte of an answer: the state machine's own answer follows. */
  static final byte ANSWERED = 0;

  /** First byte of an answer: the state machine threw. */
  static final byte BROKE = 1;

  private static final Logger LOG = LoggerFactory.getLogger(RegistryService.class);

  private final StateMachine machine;
  private final ConsensusListener listener;
  private long appliedIndex;
  private long timeMillis;

  RegistryService(StateMachine machine, ConsensusListener listener) {
    this.machine = machine;
    this.listener = listener;
  }

  /** Back to before the first command. */
  void reset() {
    appliedIndex = 0;
    timeMillis = 0;
    machine.restore(new byte[0]);
    listener.restored(0, new byte[0]);
  }

  @Override
  public byte[] apply(Commit<byte[]> commit) {
    OperationId operation = commit.operation();
    if (!operation.equals(LogCodec.APPLY) || commit.index() <= appliedIndex) {
      return new byte[] {BROKE};
    }
    appliedIndex = commit.index();
    timeMillis = Math.max(timeMillis, commit.wallClockTime().unixTimestamp());
    byte[] command = commit.value();
    byte[] result;
    try {
      result = machine.apply(appliedIndex, timeMillis, command);
    } catch (RuntimeException e) {
      // The same on every voter, so the log can go on; whoever submitted it is told.
      LOG.error("the state machine failed on the command at index {}", appliedIndex, e);
      return new byte[] {BROKE};
    }
    listener.committed(appliedIndex, timeMillis, command, result);
    byte[] answer = new byte[1 + result.length];
    System.arraycopy(result, 0, answer, 1, result.length);
    return answer;
  }

  @Override
  public void backup(BackupOutput output) {
    byte[] state = machine.snapshot();
    output.writeLong(appliedIndex);
    output.writeLong(timeMillis);
    output.writeInt(state.length);
    output.writeBytes(state);
  }

  @Override
  public void restore(BackupInput input) {
    long index = input.readLong();
    long time = input.readLong();
    byte[] state = input.readBytes(input.readInt());
    if (index <= appliedIndex) {
      return; // our own snapshot, which Atomix installs again over the state it was made of
    }
    machine.restore(state);
    appliedIndex = index;
    timeMillis = Math.max(timeMillis, time);
    listener.restored(index, state);
  }

  @Override
  public Serializer serializer() {
    return Serializer.using(new LogCodec());
  }

  @Override
  public void init(ServiceContext context) {}

  @Override
  public void tick(WallClockTimestamp timestamp) {}

  @Override
  @SuppressWarnings("rawtypes") // as Atomix declares it
  public void register(Session session) {}

  @Override
  public void expire(SessionId sessionId) {}

  @Override
  public void close(SessionId sessionId) {}
}
