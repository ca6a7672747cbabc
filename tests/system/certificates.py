"""Certificates made with the openssl command, the way the guides of the web do it: a CA, and what it signs."""

import os
import subprocess


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments} ended with {done.returncode}: {done.stderr}")


class Ca:
    """A CA in a folder. Files are readable by all, as the broker drops its rights."""

    def __init__(self, folder, name="ca"):
        self.folder, self.name = folder, name
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".crt"))
        os.chmod(self.certificate, 0o644)

    def path(self, file):
        return os.path.join(self.folder, file)

    @property
    def certificate(self):
        return self.path(self.name + ".crt")

    def issue(self, file, common_name, names=(), days=1):
        """FILE.crt and FILE.key; returns their paths."""
        key, request, certificate = (self.path(file + end) for end in (".key", ".csr", ".crt"))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={common_name}", "-keyout", key, "-out", request)
        extensions = self.path(file + ".ext")
        with open(extensions, "w", encoding="ascii") as out:
            out.write(f"subjectAltName={','.join(names)}\n" if names else "basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.path(self.name + ".key"),
                "-CAcreateserial", "-days", str(days), "-extfile", extensions, "-out", certificate)
        for made in (key, certificate):
            os.chmod(made, 0o644)
        return certificate, key
