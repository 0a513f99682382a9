"""The web server of the lab: nginx, one virtual host for each MTA-STS policy."""

from world import net
from world.process import start, wait_for_port, write
from world.programs import find

NGINX = """\
daemon off;
{user}
pid {state}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    server_names_hash_bucket_size 256;
    client_body_temp_path {state}/nginx-body;
    proxy_temp_path {state}/nginx-proxy;
    fastcgi_temp_path {state}/nginx-fastcgi;
    uwsgi_temp_path {state}/nginx-uwsgi;
    scgi_temp_path {state}/nginx-scgi;
    types {{ }}
    server {{
        {listen_default}
        ssl_reject_handshake on;
    }}
{sites}}}
"""

SITE = """\
    server {{
        {listen}
        server_name {name};
        ssl_certificate {chain};
        ssl_certificate_key {key};
        location = /.well-known/mta-sts.txt {{
            default_type "{media}";
            {action}
        }}
        location = /elsewhere {{ default_type text/plain; alias {body}; }}
    }}
"""


def start_web(plan, state):
    """Write nginx's configuration and start it."""
    listen = " ".join(f"listen {address}:443 ssl;" for address in (net.WEB[0], f"[{net.WEB[1]}]"))
    sites = "".join(_site(state, number, site, listen)
                    for number, site in enumerate(plan.sites))
    config = write(state, "nginx.conf", NGINX.format(
        user="user root;", state=state, sites=sites,
        listen_default=listen.replace(" ssl;", " ssl default_server;")))
    start("nginx", [find("nginx"), "-c", config, "-p", state, "-e", "stderr"], state)


def wait(state):
    """Wait until it answers."""
    wait_for_port("nginx", net.WEB[0], 443, state)


def _site(state, number, site, listen):
    body = write(state, f"policies/{number}", site.body)
    policy = site.policy
    if policy.redirect:
        action = f"return {policy.status} {policy.redirect};"
    elif policy.status != 200:
        action = f"return {policy.status};"
    else:
        action = f"alias {body};"
    chain, key = site.chain
    return SITE.format(listen=listen, name=site.name, chain=chain, key=key, body=body,
                       media=policy.media, action=action)
