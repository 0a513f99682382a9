"""What scripted SMTP servers do: one function an act, looked up in ACTS."""

import socket
import threading
import time

import hostile
from servers.smtp_faults import smtp_act

CAPABILITIES = ("PIPELINING", "SIZE 10240000", "8BITMIME")


def dialogue(it, capabilities=CAPABILITIES, starttls="STARTTLS", on_starttls=None,
             before_quit=None):
    """An ordinary session up to QUIT; the client's order of speech is its own.

    `on_starttls(it)` replaces the reply and the handshake and tells whether the session
    goes on; `before_quit(it)` runs when QUIT was said.
    """
    while True:
        verb = it.read_line().split(" ")[0].upper()
        if verb == "EHLO":
            offered = [it.helo, *capabilities]
            if starttls and not it.tls:
                offered.append(starttls)
            it.reply(*(f"250-{word}" for word in offered[:-1]), f"250 {offered[-1]}")
        elif verb == "HELO":
            it.reply(f"250 {it.helo}")
        elif verb == "STARTTLS" and starttls and not it.tls:
            if on_starttls is None:
                it.reply("220 2.0.0 Ready to start TLS")
                it.start_tls()
            elif not on_starttls(it):
                return
        elif verb == "QUIT":
            if before_quit is None or before_quit(it):
                it.reply("221 2.0.0 Bye")
            return
        elif verb in ("NOOP", "RSET"):
            it.reply("250 2.0.0 Ok")
        else:
            it.reply("502 5.5.2 Error: command not recognized")


def greet(it):
    """An ordinary greeting, refused to clients that talk first (RFC 5321 §4.3.1)."""
    if it.spoke_early():
        it.reply("554 5.5.1 Error: you talk first")
        return False
    it.reply(f"220 {it.helo} ESMTP mxdane lab")
    return True


def session(**options):
    """An act: the greeting, then a dialogue with these options."""
    def act(it):
        if greet(it):
            dialogue(it, **options)
    return act


def greeting(*lines, then=True):
    """An act: these lines in place of the greeting, then an ordinary dialogue."""
    def act(it):
        it.reply(*(line.format(helo=it.helo) for line in lines))
        if then:
            dialogue(it)
    return act


def reply_to_ehlo(*lines):
    """An act: an ordinary greeting, these lines to EHLO and to all that follows."""
    def act(it):
        if greet(it):
            while it.read_line().upper() != "QUIT":
                it.reply(*lines)
    return act


def reply_to_starttls(*lines):
    """An act: these lines in answer to STARTTLS, and the session goes on in the clear."""
    def refuse(it):
        it.reply(*lines)
        return True
    return session(on_starttls=refuse)


def inspected(it):
    """What a firewall that inspects SMTP leaves of greeting and keywords."""
    it.reply("220 " + "*" * 40)
    dialogue(it, capabilities=("XXXXXXXA", "8BITMIME"), starttls=None)


AT_ONCE = greeting("220 {helo} ESMTP")  # without a look at who talks first


def delayed(delays, act=AT_ONCE):
    """An act: as another, with so many seconds before the greeting and each reply."""
    def late(it):
        send, waits = it.send, iter(delays)

        def wait(text):
            time.sleep(next(waits, 0))
            send(text)
        it.send = wait
        act(it)
    return late


def dripping(seconds, struck="", act=AT_ONCE):
    """An act: as another, with so many seconds behind each octet of the replies that begin so."""
    def slow(it):
        send = it.send

        def drip(text):
            drips = text.startswith(struck)
            for octet in text if drips else [text]:
                send(octet)
                time.sleep(seconds if drips else 0)
        it.send = drip
        act(it)
    return slow


def tarpit(it):
    """A greeting of ten lines, half a second for each, and then an ordinary session."""
    for number in range(10):
        it.reply(f"220-{it.helo} line {number}")
        time.sleep(0.5)
    AT_ONCE(it)


def relay(address, delay):
    """An act: every octet passed on from and to another server, after so many seconds."""
    def copy(source, target):
        while octets := source.recv(16384):
            target.sendall(octets)
        target.shutdown(socket.SHUT_WR)

    def act(it):
        time.sleep(delay)
        with socket.create_connection((address, 25)) as there:
            back = threading.Thread(target=copy, args=(there, it.socket), daemon=True)
            back.start()
            copy(it.socket, there)
            back.join()
    return act


def inject(it):
    """Plain-text bytes behind the 220 of STARTTLS, then the handshake (CVE-2011-0411)."""
    it.send("220 2.0.0 Ready to start TLS\r\n250 AUTH PLAIN\r\n")
    it.start_tls()
    return True


def inject_late(it):
    """Plain text when the client's half of the handshake has begun, then the server's."""
    it.reply("220 2.0.0 Ready to start TLS")
    it.socket.recv(1, socket.MSG_PEEK)
    it.reply(f"250-{it.helo}", "250 REQUIRETLS")
    it.start_tls()
    return True


def plain_after_220(it):
    """No handshake follows the 220, but more SMTP."""
    it.reply("220 2.0.0 Ready to start TLS")
    time.sleep(0.3)
    it.reply("454 4.7.0 TLS is not to be had after all")
    time.sleep(0.3)
    return False


def close_after_handshake(it):
    """A whole handshake, and then nothing more, not even close_notify."""
    it.reply("220 2.0.0 Ready to start TLS")
    it.start_tls()
    it.tls = False
    return False


def no_close_notify(it):
    """QUIT is answered, the TLS session is not closed."""
    it.reply("221 2.0.0 Bye")
    it.tls = False
    return False


def quit_unanswered(it):
    """QUIT gets no answer, the TLS session is closed in good order."""
    return False


def quit_late(it):
    """QUIT is answered when nobody waits any more."""
    time.sleep(10)
    return False


def refuse_inside_tls(it):
    """Every command inside TLS is refused."""
    it.reply("220 2.0.0 Ready to start TLS")
    it.start_tls()
    while it.read_line().upper() != "QUIT":
        it.reply("451 4.3.0 Not now")
    it.reply("221 2.0.0 Bye")
    return False


def hostile_session(text):
    """An act: the text in the greeting and in every line of the replies to EHLO."""
    def act(it):
        it.reply(f"220 {text}")
        it.helo = f"{it.helo} {text}"
        dialogue(it, capabilities=(*CAPABILITIES, text))
    return act


HOSTILE = [text.decode("latin-1") for text in
           (*hostile.TEXTS.values(), *hostile.LINES.values(), *hostile.NUL.values())]

ACTS = {
    **{f"hostile-{number}": hostile_session(text) for number, text in enumerate(HOSTILE)},
    **{f"hostile-refusal-{number}": greeting("554 " + text.replace("{", "{{").replace("}", "}}"),
                                             then=False) for number, text in enumerate(HOSTILE)},
    "serve": session(),
    "multi-line-greeting": greeting("220-{helo} ESMTP", "220-Mail for all", "220 ready"),
    "late-greeting": delayed((3,), session()),
    "inspected": inspected,
    "dripping": dripping(0.002, act=session()),
    "mixed-case": session(starttls="StartTls"),
    "requiretls": session(capabilities=CAPABILITIES + ("REQUIRETLS",)),
    "keyword-in-text": session(capabilities=("HELP STARTTLS is not offered", "X-STARTTLS"),
                               starttls=None),
    "no-starttls": session(starttls=None),
    "no-esmtp": reply_to_ehlo("502 5.5.1 Command not implemented"),
    "ehlo-busy": reply_to_ehlo("421 4.3.2 Try again later"),
    "ehlo-bare": reply_to_ehlo("250 hello"),
    "starttls-454": reply_to_starttls("454 4.7.0 TLS not available due to local problem"),
    "starttls-501": reply_to_starttls("501 5.5.4 Syntax error"),
    "starttls-250": reply_to_starttls("250 2.0.0 Ok"),
    "inject": session(on_starttls=inject),
    "inject-late": session(on_starttls=inject_late),
    "plain-after-220": session(on_starttls=plain_after_220),
    "close-after-220": smtp_act("handshake", "close"),
    "reset-after-220": smtp_act("handshake", "reset"),
    "silent-after-220": smtp_act("handshake", "silence"),
    "close-before-220": smtp_act("STARTTLS", "close"),
    "close-after-handshake": session(on_starttls=close_after_handshake),
    "no-close-notify": session(before_quit=no_close_notify),
    "quit-unanswered": session(before_quit=quit_unanswered),
    "quit-late": session(before_quit=quit_late),
    "refuse-inside-tls": session(on_starttls=refuse_inside_tls),
    "greet-421": greeting("421 4.7.0 {helo} too busy", then=False),
    "greet-554": greeting("554 5.7.1 {helo} no mail here", then=False),
    "garbage": greeting("\x00\x16\x03\x01 \x1b[31mnot SMTP\x1b[0m", then=False),
    "http": greeting("HTTP/1.1 400 Bad Request", "Connection: close", "", then=False),
    "mixed-codes": greeting("220-{helo} hello", "554 no", then=False),
    "long-line": greeting("220 {helo} " + "x" * 5000),
    "endless-reply": smtp_act("greeting", "endless"),
    "silent": smtp_act("greeting", "silence"),
    "hang-up": smtp_act("greeting", "close"),
    "reset": smtp_act("greeting", "reset"),
    "hang-up-after-ehlo": smtp_act("EHLO", "close"),
}
