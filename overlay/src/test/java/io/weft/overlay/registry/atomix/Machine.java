package io.weft.overlay.registry.atomix;

import io.weft.overlay.consensus.StateMachine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A state machine that remembers each command once, and answers with its place. */
final class Machine implements StateMachine {
  private final List<String> commands = new ArrayList<>();

  @Override
  public synchronized byte[] apply(long index, long timeMillis, byte[] command) {
    String text = new String(command, StandardCharsets.UTF_8);
    if (text.startsWith("break")) {
      throw new IllegalStateException("told to break");
    }
    if (text.startsWith("overflow")) {
      throw new StackOverflowError("told to overflow");
    }
    if (!commands.contains(text)) {
      commands.add(text); // a command that was asked again is not taken twice
    }
    return ("at " + commands.indexOf(text)).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized byte[] snapshot() {
    return String.join("\n", commands).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void restore(byte[] snapshot) {
    commands.clear();
    if (snapshot.length > 0) {
      commands.addAll(List.of(new String(snapshot, StandardCharsets.UTF_8).split("\n", -1)));
    }
  }

  synchronized List<String> commands() {
    return List.copyOf(commands);
  }
}
