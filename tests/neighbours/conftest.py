import pytest

from fastsigmoid import expit, sigmoid


@pytest.fixture(params=[expit, sigmoid], ids=["expit", "sigmoid"])
def function(request):
    return request.param
