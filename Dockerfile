# JupyterLab with the workbook, on the CPU:
#   docker build -t micro-gestures . && docker run -p 8888:8888 -v "$PWD/runs:/workbook/runs" micro-gestures
FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends fonts-liberation git make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /workbook
COPY . .
RUN pip install --no-cache-dir -c constraints.txt -e .
EXPOSE 8888
CMD ["python", "-m", "jupyterlab", "--ip=0.0.0.0", "--allow-root", "--no-browser", "--LabApp.default_url=/lab/tree/notebooks"]
