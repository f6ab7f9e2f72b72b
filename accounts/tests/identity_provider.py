"""A small OpenID Connect provider on a port of this machine, which lies when it is told to."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = {"client_id": "back-on-track", "client_secret": "a secret of tests"}
KEY, FORGED = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class IdentityProvider:
    """`person` signs in there at once; `claims`, `told` and `key` are what a liar changes."""

    def __init__(self):
        self.person = {"sub": "u-1", "email": "mentor@test.example", "email_verified": True}
        self.claims, self.told, self.key, self.error = {}, {}, KEY, ""
        self.codes = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (Desk,), {"at": self}))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def discovery(self, _sent):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def way_back(self, asked):
        """Where somebody is sent who has signed in; asked for as `prompt=login` demands."""
        assert asked["client_id"] == CLIENT["client_id"]
        assert (asked["prompt"], asked["code_challenge_method"]) == ("login", "S256")
        answer = {"error": self.error} if self.error else {"code": f"code-{len(self.codes)}"}
        self.codes[answer.get("code")] = asked
        return f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}"

    def token(self, sent):
        asked = self.codes.pop(sent["code"])
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert {name: sent[name] for name in CLIENT} == CLIENT
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT["client_id"],
            "sub": self.person["sub"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value != ""}
        algorithm = "RS256" if self.key else "none"
        token = jwt.encode(claims, self.key, algorithm=algorithm, headers={"kid": "1"})
        return {"access_token": "opens userinfo", "token_type": "Bearer", "id_token": token}

    def userinfo(self, _sent):
        return self.person | self.told

    def keys(self, _sent):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]}


class Desk(BaseHTTPRequestHandler):
    at: IdentityProvider

    def do_GET(self):
        parts = urlsplit(self.path)
        sent = dict(parse_qsl(parts.query))
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.at.way_back(sent))
            self.end_headers()
            return
        self.answer(parts.path, sent)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(self.path, {name: many[0] for name, many in parse_qs(body).items()})

    def answer(self, path, sent):
        found = {
            "/.well-known/openid-configuration": self.at.discovery,
            "/token": self.at.token,
            "/userinfo": self.at.userinfo,
            "/keys": self.at.keys,
        }[path](sent)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *args):
        pass
