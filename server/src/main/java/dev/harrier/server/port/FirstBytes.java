package dev.harrier.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;

/**
 * Puts {@link StrictHttp1} where the bytes of a new connection are readable: at once without TLS,
 * else behind its handler, before the first byte that is deciphered.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  /** With which every connection of TLS begins. */
  private static final int HANDSHAKE = 22;

  private final HeadWait wait;
  private boolean tls;

  private FirstBytes(HeadWait wait) {
    this.wait = wait;
  }

  /** Adds it to a connection, which is closed if no request comes. */
  static void watch(ChannelPipeline pipeline) {
    var wait = new HeadWait(pipeline.channel());
    wait.begin();
    pipeline.addFirst(new FirstBytes(wait));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!tls && message instanceof ByteBuf bytes && bytes.isReadable()) {
      tls = bytes.getUnsignedByte(bytes.readerIndex()) == HANDSHAKE;
      if (!tls) {
        context.pipeline().addAfter(context.name(), null, new StrictHttp1(wait));
        leave(context, message);
        return;
      }
    }
    // A client can only cipher once it has the server's answer to its first bytes, and that comes
    // from this handler.
    var handler = context.pipeline().get(SslHandler.class);
    if (handler != null) {
      context
          .pipeline()
          .addAfter(context.pipeline().context(handler).name(), null, new StrictHttp1(wait));
      leave(context, message);
      return;
    }
    context.fireChannelRead(message);
  }

  private void leave(ChannelHandlerContext context, Object message) {
    context.fireChannelRead(message);
    context.pipeline().remove(this);
  }
}
