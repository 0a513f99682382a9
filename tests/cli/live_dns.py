"""A resolver for one test: it answers from a table over TCP, and says with AD which answers it
vouches for (`--dnssec trust-ad`)."""

import socketserver
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class LiveDns:
    """`records` are lines "NAME TYPE DATA"; names under one of `unsigned` get no AD, those under one
    of `silent` no answer."""

    def __init__(self, records=(), unsigned=(), silent=()):
        self.table = {}
        self.unsigned = unsigned
        self.silent = silent
        self.asked = []
        self.answered = 0
        for line in records:
            name, kind, data = line.split(None, 2)
            self.table.setdefault((name, kind), []).append(data)
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.option = f"127.0.0.1@{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def all_answered(self):
        return self.answered == len(self.asked)

    def handler(self):
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    self.serve()
                except ConnectionError:
                    pass  # the client has left

            def serve(self):
                while len(head := self.rfile.read(2)) == 2:
                    query = dns.message.from_wire(self.rfile.read(struct.unpack("!H", head)[0]))
                    if query.question[0].name.to_text().lower().endswith(tuple(outer.silent)):
                        continue
                    wire = outer.answer(query).to_wire()
                    self.wfile.write(struct.pack("!H", len(wire)) + wire)
                    outer.answered += 1
        return Handler

    def answer(self, query):
        name = query.question[0].name.to_text().lower()
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append((name, kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        secure = True
        while True:
            secure = secure and not name.endswith(tuple(self.unsigned))
            found = kind if (name, kind) in self.table else "CNAME"
            data = self.table.get((name, found))
            if not data:
                break
            reply.answer.append(dns.rrset.from_text_list(name, 3600, "IN", found, data))
            if found == kind:
                break
            name = data[0]
        if not data:
            if not any(known == name or known.endswith("." + name) for known, _ in self.table):
                reply.set_rcode(dns.rcode.NXDOMAIN)
            reply.authority.append(dns.rrset.from_text(
                "live.example.", 60, "IN", "SOA", "live.example. live.example. 1 1 1 1 60"))
        if secure:
            reply.flags |= dns.flags.AD
        return reply
